package io.raftlog.internal.replica;

/**
 * What became of a registration.
 *
 * @param inForce the producer's registration: this one if it won, else the one to replace
 * @param won whether it is this one
 * @param nextSequence the producer's, if it won
 * @param lastOffset of the producer's last record, -1 when it has none
 */
public record RegistrationOutcome(long inForce, boolean won, long nextSequence, long lastOffset) {}
