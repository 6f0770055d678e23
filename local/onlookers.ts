/** A consumer group for whoever wants to look at a hub: the app's own readers have epochs, and suffer no others beside them. */
export const ONLOOKERS = 'onlookers';
