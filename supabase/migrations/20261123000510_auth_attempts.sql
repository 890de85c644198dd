-- Attempts: strict counters for sign-in and its like, which let nobody guess on and nobody lock others out.
--
-- An attempt of somebody unknown counts for their address, for the account from that address, and, slowly, for the
-- account from everywhere. Who has signed in to the account before is known: from their address no stranger elsewhere
-- can lock them out, and on their device nobody can at all.

create type private.attempt_subject as enum ('address', 'account', 'pair', 'device', 'everywhere');

create table private.attempt_policies (
  action text not null,
  subject private.attempt_subject not null,
  capacity int not null check (capacity > 0),
  window_seconds int not null check (window_seconds > 0),
  lock_seconds int not null check (lock_seconds > 0),
  primary key (action, subject)
);
comment on table private.attempt_policies is
  'How many attempts a subject has within a window, and for how long it is locked afterwards. `pair` is an account '
  'from one address, `everywhere` an account from all unknown addresses together, `device` a known device of an '
  'account, and `account` what no stranger reaches: a token, or who is signed in.';
insert into private.attempt_policies (action, subject, capacity, window_seconds, lock_seconds) values
  ('sign_in', 'address', 60, 900, 900),
  ('sign_in', 'pair', 10, 900, 900),
  ('sign_in', 'device', 20, 900, 900),
  ('sign_in', 'everywhere', 100, 3600, 3600),
  ('refresh', 'address', 300, 900, 60),
  ('refresh', 'account', 30, 900, 900),
  ('register', 'address', 20, 3600, 3600),
  ('register', 'pair', 5, 3600, 3600),
  ('register', 'everywhere', 10, 3600, 3600),
  ('resend', 'address', 20, 3600, 3600),
  ('resend', 'pair', 5, 3600, 3600),
  ('resend', 'everywhere', 10, 3600, 3600),
  ('reauthenticate', 'address', 20, 3600, 3600),
  ('reauthenticate', 'account', 5, 3600, 3600),
  ('password_reset', 'address', 20, 3600, 3600),
  ('password_reset', 'pair', 5, 3600, 3600),
  ('password_reset', 'everywhere', 10, 3600, 3600),
  ('confirm', 'address', 60, 900, 900),
  ('confirm', 'pair', 10, 900, 900),
  ('confirm', 'everywhere', 200, 3600, 3600),
  ('accept_invitation', 'address', 20, 3600, 3600),
  ('accept_invitation', 'pair', 10, 3600, 3600),
  ('accept_invitation', 'everywhere', 30, 3600, 3600),
  ('second_factor', 'account', 10, 900, 900);

create table private.attempts (
  action text not null,
  subject private.attempt_subject not null,
  subject_hash bytea not null,
  count int not null,
  window_started_at timestamptz not null default now(),
  locked_until timestamptz,
  primary key (action, subject, subject_hash),
  foreign key (action, subject) references private.attempt_policies (action, subject) on delete cascade
);
comment on table private.attempts is
  'Attempts counted so far. Addresses, accounts and devices are kept as SHA-256 only.';
create index attempts_window_started_at on private.attempts (window_started_at);

create table private.known_clients (
  account_hash bytea not null,
  client_hash bytea not null,
  expires_at timestamptz not null default now() + interval '90 days',
  primary key (account_hash, client_hash)
);
comment on table private.known_clients is
  'From where an account was signed in to, for 90 days: addresses, and the tokens of devices.';
create index known_clients_expires_at on private.known_clients (expires_at);

create unlogged table private.counted_sign_ins (
  account_hash bytea not null,
  address_hash bytea not null,
  count int not null,
  expires_at timestamptz not null,
  primary key (account_hash, address_hash)
);
comment on table private.counted_sign_ins is
  'Sign-ins that the function `auth` has counted and is asking Auth about just now: Auth''s hook does not count them '
  'again. Unlogged: losing them in a crash counts an attempt twice.';
