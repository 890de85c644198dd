import { z } from "zod";

const time = z.string().transform((text) => text.slice(0, 5)).nullable();

/** Cuts the hours of a row to the minute: Postgres writes times to the second. */
export const toTheMinute = z.looseObject({ start_time: time, end_time: time });
