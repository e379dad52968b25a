package io.ternmq.broker.index;

/**
 * What an operator may want to know of an index.
 *
 * @param entriesInMemory entries that are not on disk yet
 * @param entriesOnDisk entries in runs; those that no longer count and those that are there twice included
 * @param runs files
 * @param bytesOnDisk size of the files
 */
public record IndexFigures(long entriesInMemory, long entriesOnDisk, int runs, long bytesOnDisk) {}
