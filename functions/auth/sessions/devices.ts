/**
 * A token for a device that has just signed in to an account. It opens nothing: attempts that carry it are counted for the device, so that strangers
 * cannot lock it out. Only ours are remembered, never one that a client made up.
 */
export const newDeviceToken = (): string => `${crypto.randomUUID()}${crypto.randomUUID()}`.replaceAll("-", "");
