import { type AppEnv, data, describeRoute, Hono, listed, validate } from "../../../shared/route.ts";
import { foundProductPage, medicationSearch } from "./schemas.ts";

/** The search for medicines. A GET, unlike those for people: what is typed names nobody. */
export const search = new Hono<AppEnv>().get(
  "/",
  describeRoute({
    id: "searchMedications",
    summary: "Search medicines",
    description:
      "Products in use, the best match first, at most 200: generics and brands together. Accents and case do not matter; typing errors are forgiven where nothing has the words as they are typed.",
    responses: { 200: foundProductPage },
  }),
  validate("query", medicationSearch),
  async (c) => {
    const query = c.req.valid("query");
    const answer = await data(c).rpc("search_medications", {
      p_text: query.q,
      p_limit: query.limit + 1,
      p_after_score: query.cursor?.score,
      p_after_sort_name: query.cursor?.sort_name,
      p_after_id: query.cursor?.id,
      p_count: query.count !== undefined,
    });
    return c.json(listed(answer, foundProductPage, query, ["score", "sort_name", "id"]), 200);
  },
);
