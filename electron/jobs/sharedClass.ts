/**
 * The class that an album has under a generator of `classes` classes: its own, or, of an album from the time of a generator
 * that had more of them, one that it shares with another album.
 */
export const sharedClass = (targetClass: number, classes: number): number => targetClass % classes;
