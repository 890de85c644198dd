/** The version of the API: that of package.json, which is not part of a deployed function. */
export const API_VERSION = "0.1.0";
