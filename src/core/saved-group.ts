/** Gives an attribute by its name, null when there is none. Asked only for what a condition reaches. */
export type AttributeReader = (name: string) => unknown

/** A named set of visitors. With neither `isMember` nor `holds` it cannot be read, and nobody is in it. */
export interface SavedGroup {
  /** Of a list: whether a value is identical to one of its members. */
  readonly isMember?: (value: unknown) => boolean
  /** Of a list that says so: the attribute whose values it holds. */
  readonly attribute?: string
  /** A list that says nothing of itself, as all were before SDK 1.8: whoever asks must know the attribute. */
  readonly bare?: true
  /** Of a condition: whether a visitor with these attributes is in it. */
  readonly holds?: (attributes: AttributeReader) => boolean
  /** Why nobody is in it, for a sentence that begins with its name. */
  readonly fault?: string
}

/** A group by its name; undefined when nobody has saved one. */
export type SavedGroups = (id: string) => SavedGroup | undefined
