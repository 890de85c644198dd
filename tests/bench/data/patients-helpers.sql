create schema if not exists bench;

-- A number from 0 to 1 (exclusive), always the same for a kind and n.
create or replace function bench.chance(p_kind text, p_n int) returns double precision
language sql immutable
as $$
  select ((hashtextextended(p_kind || p_n, 0) & 1048575) / 1048576.0)::double precision;
$$;

-- The name number p_seed, of p_syllables syllables.
create or replace function bench.name(p_seed int, p_syllables int) returns text
language sql immutable
as $$
  select initcap(string_agg(
    (array[
      'ba', 'be', 'bo', 'cha', 'da', 'de', 'do', 'el', 'fa', 'fi', 'ga', 'go', 'ha', 'her', 'in', 'ja', 'ka', 'ki',
      'kow', 'la', 'lo', 'ma', 'man', 'mi', 'na', 'ne', 'or', 'pe', 'ra', 'ro', 'sa', 'schi', 'so', 'ta', 'te', 'vi',
      'wa', 'zu', 'mü', 'ré', 'čo', 'søn'
    ])[1 + abs(hashint4(p_seed * 31 + k * 1013) % 42)], '' order by k))
  from generate_series(1, p_syllables) as k;
$$;
