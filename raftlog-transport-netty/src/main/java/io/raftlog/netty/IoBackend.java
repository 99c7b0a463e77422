package io.raftlog.netty;

import io.netty.channel.ChannelFactory;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/** Which of the operating system's mechanisms waits for sockets. */
enum IoBackend {
  /** Linux, with Netty's native library. */
  EPOLL {
    @Override
    IoHandlerFactory ioHandlers() {
      return EpollIoHandler.newFactory();
    }

    @Override
    ChannelFactory<? extends SocketChannel> sockets() {
      return EpollSocketChannel::new;
    }

    @Override
    ChannelFactory<? extends ServerChannel> serverSockets() {
      return EpollServerSocketChannel::new;
    }
  },
  /** The JDK's, everywhere. */
  NIO {
    @Override
    IoHandlerFactory ioHandlers() {
      return NioIoHandler.newFactory();
    }

    @Override
    ChannelFactory<? extends SocketChannel> sockets() {
      return NioSocketChannel::new;
    }

    @Override
    ChannelFactory<? extends ServerChannel> serverSockets() {
      return NioServerSocketChannel::new;
    }
  };

  /** Epoll where its native library loads, else NIO. */
  static IoBackend best() {
    return Epoll.isAvailable() ? EPOLL : NIO;
  }

  abstract IoHandlerFactory ioHandlers();

  abstract ChannelFactory<? extends SocketChannel> sockets();

  abstract ChannelFactory<? extends ServerChannel> serverSockets();
}
