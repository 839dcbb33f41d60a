import type { JsonValue } from '../../core/json'
import {
  jsonText,
  scalarText,
  storableInteger,
  storableIntegerOrNull,
  storableNumberOrNull,
  storableText,
  storableTextOrNull,
  storableTime,
} from './storable'

/** What a column holds. Numbers of a `bigint` column are whole. */
export type Value = string | number | null

/** A row as it is stored: its values in the order of the columns. */
export type Values = readonly Value[]

interface Shape {
  readonly name: string
  readonly type: 'text' | 'bigint' | 'double precision' | 'json'
  readonly isNullable: boolean
  /** The version of the schema that brought it, if the table is older. */
  readonly since?: number
}

interface Column<Field> extends Shape {
  /** The value that is stored for a field of a row. Throws `LIVEFLAG_BAD_ROW`. */
  readonly valueOf: (field: Field) => Value
}

/** A table as statements see it, whatever its rows are. */
export interface AnyTable {
  readonly name: string
  /** In the order of the table, each with the field of a row that it holds. */
  readonly columns: readonly (Shape & { readonly field: string })[]
  /** The names of the columns of the primary key. */
  readonly key: readonly string[]
  /** Where they are in `Values`. */
  readonly keyPlaces: readonly number[]
  readonly indexes: readonly { readonly name: string; readonly columns: readonly string[] }[]
}

/** A table with a column for each field of its rows. */
export interface Table<Row> extends AnyTable {
  /** The name of the column of a field. */
  readonly columnOf: (field: keyof Row) => string
  /** Where a field is in `Values`. */
  readonly placeOf: (field: keyof Row) => number
  /** A row as it is stored. Throws `LIVEFLAG_BAD_ROW` when a field cannot be stored. */
  readonly valuesOf: (row: Row) => Values
}

/** The rows of a table. */
export type RowOf<T> = T extends Table<infer Row> ? Row : never

type Columns<Row> = { readonly [Field in keyof Row]-?: Column<Row[Field]> }

/**
 * Describes a table: the column of each field, in the order of the table; the fields of the primary
 * key; and the fields of each index, under the end of the index's name.
 */
export function table<Row extends object>(
  name: string,
  columns: Columns<Row>,
  key: readonly (keyof Row)[],
  indexes: Readonly<Record<string, readonly (keyof Row)[]>> = {},
): Table<Row> {
  // The keys of an object that has a member for each field, and no other, are the fields.
  const fields = Object.keys(columns) as (string & keyof Row)[]
  const columnOf = (field: keyof Row): string => columns[field].name
  const placeOf = (field: keyof Row): number => fields.findIndex((one) => one === field)
  const valueReaders = fields.map((field) => valueReader(columns, field))
  return {
    name,
    columns: fields.map((field) => ({ ...columns[field], field })),
    key: key.map(columnOf),
    keyPlaces: key.map(placeOf),
    indexes: Object.entries(indexes).map(([end, indexed]) => ({
      name: `${name}_${end}`,
      columns: indexed.map(columnOf),
    })),
    columnOf,
    placeOf,
    valuesOf: (row) => valueReaders.map((valueIn) => valueIn(row)),
  }
}

function valueReader<Row, Field extends keyof Row>(
  columns: Columns<Row>,
  field: Field,
): (row: Row) => Value {
  const { valueOf } = columns[field]
  return (row) => valueOf(row[field])
}

const column =
  <Field>(type: Shape['type'], valueOf: Column<Field>['valueOf'], isNullable = false) =>
  (name: string): Column<Field> => ({ name, type, isNullable, valueOf })

/** A column that a later version of the schema added, null in the rows of before. */
export const added =
  <Field>(since: number, make: (name: string) => Column<Field>) =>
  (name: string): Column<Field> => ({ ...make(name), isNullable: true, since })

export const text = column<string>('text', storableText)
export const textOrNull = column<string | null>('text', storableTextOrNull, true)
export const time = column<number>('bigint', storableTime)
export const integer = column<number>('bigint', storableInteger)
export const integerOrNull = column<number | null>('bigint', storableIntegerOrNull, true)
export const numberOrNull = column<number | null>('double precision', storableNumberOrNull, true)
export const textOrNone = column<string | null | undefined>(
  'text',
  (value) => storableTextOrNull(value ?? null),
  true,
)
export const integerOrNone = column<number | null | undefined>(
  'bigint',
  (value) => storableIntegerOrNull(value ?? null),
  true,
)
/** JSON as text; null of no member. */
export const recordOrNone = column<Readonly<Record<string, string>> | null | undefined>(
  'text',
  (value) => (value && Object.keys(value).length > 0 ? jsonText(value) : null),
  true,
)
/** 1 and 0. */
export const flagOrNone = column<boolean | null | undefined>(
  'bigint',
  (value) => (typeof value === 'boolean' ? Number(value) : null),
  true,
)
/** A scalar as text, and null as the empty text. */
export const scalar = column<JsonValue>('text', scalarText)
/** JSON's null where there is nothing. */
export const json = column<JsonValue>('json', jsonText)
export const jsonOrNothing = column<JsonValue | undefined>('json', (value) =>
  jsonText(value ?? null),
)
