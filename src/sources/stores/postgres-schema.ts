/** The one table of live configs, whose trigger counts versions and notifies whoever writes. */

export const TABLE = 'liveflag_live_config'

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`

/** A name of the schema, or the one that the search path leads to. */
export const inSchema = (schema: string | undefined, name: string): string =>
  schema === undefined ? name : `${quoted(schema)}.${name}`

/**
 * What a database needs, in SQL that may be run again. A writer that may create tables runs it
 * itself; a reader never does.
 */
export function postgresMigration(schema?: string): string {
  const table = inSchema(schema, TABLE)
  const changed = inSchema(schema, `${TABLE}_changed`)
  return `create table if not exists ${table} (
  config text not null,
  key text not null,
  version bigint not null default 0,
  bytes bytea not null,
  changed_at timestamptz not null default now(),
  primary key (config, key)
);
create or replace function ${changed}() returns trigger language plpgsql as $$
declare
  was ${table};
begin
  if tg_op = 'DELETE' then
    was := old;
  else
    new.version := txid_current();
    new.changed_at := now();
    was := new;
  end if;
  perform pg_notify('liveflag_' || md5(was.config || '/' || was.key), '');
  return was;
end $$;
drop trigger if exists ${TABLE}_changed on ${table};
create trigger ${TABLE}_changed before insert or update or delete on ${table}
  for each row execute function ${changed}();
`
}
