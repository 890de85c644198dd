/** The smaller of two counts where REDUCED=1 asks for a short run of the load tests. */
export const reduced = (full: number, small: number): number => process.env.REDUCED === "1" ? small : full;
