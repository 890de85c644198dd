-- Adds the patients number $1 to $2, half of them at each demo hospital, with their MRN, care relationship, contact
-- and search words, as create_patient would leave them. Runs with session_replication_role = replica: triggers and
-- foreign keys rest, so everything that they would fill is filled here.
--
-- Names are made of syllables, the same for a number in every run. How often they occur follows the square of an even
-- distribution: of 20000 surnames the most frequent has 0.7 % of the people and most are rare; of 3000 given names the
-- most frequent has 1.8 %. A tenth of the syllables has an accent.
with people as materialized (
  select
    n,
    md5('bench patient ' || n)::uuid as id,
    case when n % 2 = 0 then '10000000-0000-4000-8000-000000000001'
      else '20000000-0000-4000-8000-000000000001' end::uuid as hospital,
    bench.name(100000 + floor(20000 * bench.chance('surname', n) ^ 2)::int, 3) as family_name,
    bench.name(floor(3000 * bench.chance('given', n) ^ 2)::int, 2 + n % 2) as given_name,
    date '1930-01-01' + floor(33000 * bench.chance('birth', n))::int as birth_date,
    '+4930' || lpad(n::text, 8, '0') as phone
  from generate_series($1::int, $2::int) as n
),
patient as (
  insert into private.patients (
    id, given_name, family_name, birth_date, sex, blood_type, language, phone, city, country, hospital_ids)
  select id, given_name, family_name, birth_date, (enum_range(null::public.sex))[1 + n % 4],
    (enum_range(null::public.blood_type))[1 + n % 8],
    'de', phone, 'Berlin', 'DE', array[hospital]
  from people
  returning id, sort_name, given_name, family_name, hospital_ids[1] as hospital
),
care as (
  insert into public.care_relationships (patient_id, organization_id) select id, hospital from people
),
identifier as (
  insert into public.patient_identifiers (patient_id, system, organization_id, value)
  select id, 'mrn', hospital, 'B' || n from people
),
contact as (
  insert into public.patient_contacts (patient_id, kind, name, relationship, phone)
  select id, 'emergency', 'Contact of ' || given_name, 'spouse', phone from people
),
words as materialized (
  select p.hospital, p.sort_name, p.id, w.word
  from patient p
  cross join unnest(array_append(private.name_tokens(p.given_name || ' ' || p.family_name), '')) as w (word)
),
vocabulary as (
  insert into private.hospital_words (organization_id, word)
  select distinct hospital, word from words where word <> '' on conflict do nothing
)
insert into private.patient_words (organization_id, word, sort_name, patient_id)
select hospital, word, sort_name, id from words
