-- Units of doses: those of a strength or a limit, which can be computed with, and those that stock counts, of which the
-- product knows what is in one.

create table private.dose_units (
  unit text primary key check (private.is_plain_text(unit, 40)),
  dimension text not null check (dimension ~ '^[A-Za-z]+$'),
  factor numeric not null default 1 check (factor > 0)
);
comment on table private.dose_units is
  'The units that a dose may have. An amount times `factor` is the amount in the first unit of the `dimension`; '
  'amounts of different dimensions are not compared. A unit that stock counts is a dimension of its own.';
insert into private.dose_units (unit, dimension, factor) values
  ('mg', 'mass', 1), ('g', 'mass', 1000), ('kg', 'mass', 1000000), ('mcg', 'mass', 0.001), ('ug', 'mass', 0.001),
  (E'\u00b5g', 'mass', 0.001), (E'\u03bcg', 'mass', 0.001), ('ng', 'mass', 0.000001),
  ('unit', 'unit', 1), ('units', 'unit', 1), ('IU', 'unit', 1), ('[iU]', 'unit', 1),
  ('mmol', 'substance', 1), ('mol', 'substance', 1000), ('umol', 'substance', 0.001),
  ('mEq', 'charge', 1), ('Eq', 'charge', 1000),
  ('mL', 'volume', 1), ('ml', 'volume', 1), ('L', 'volume', 1000), ('cL', 'volume', 10),
  ('drop', 'drop', 1), ('puff', 'puff', 1), ('spray', 'spray', 1), ('application', 'application', 1);
insert into private.dose_units (unit, dimension)
select u, u from unnest(enum_range(null::public.base_unit)::text[]) as u
on conflict do nothing;
