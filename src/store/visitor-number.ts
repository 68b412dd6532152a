// Ids of visitors are given to sites in ranges: see `0011_visitor_keys.sql`.

/**
 * SQL for the number that people are shown of a visitor; null, if the id was given to nobody.
 *
 * @param id SQL for its id, a constant of the caller.
 */
export const visitorNumberSql = (id: string): string =>
  ofRange(id, `r.first_number + ${id} - r.first_id`);

/** SQL for the site of a visitor; null, if the id was given to nobody. */
export const visitorSiteSql = (id: string): string => ofRange(id, "r.site_id");

const ofRange = (id: string, value: string) =>
  `(select iif(${id} < r.first_id + r.used, ${value}, null)
    from visitor_ranges r where r.first_id <= ${id} order by r.first_id desc limit 1)`;
