/** The tables as queries see them. Times are milliseconds since 1970; docs/stores.md has the schema. */
export interface Tables {
  readonly liveflag_schema: { readonly version: number }
  readonly liveflag_decisions: {
    readonly decision_id: string
    readonly flag_key: string
    readonly subject_id: string
    readonly experiment_id: string | null
    readonly variant_id: string | null
    readonly value: string
    readonly reason: string
    readonly created_at: number
  }
  /** The decisions with reason `ASSIGNED` of a subject, in short. */
  readonly liveflag_assignments: {
    readonly subject_id: string
    readonly experiment_id: string
    readonly variant_id: string
    readonly first_at: number
    readonly last_at: number
  }
  /** Who holds a subject in a conflict domain. */
  readonly liveflag_domains: {
    readonly subject_id: string
    readonly domain: string
    readonly experiment_id: string
  }
  readonly liveflag_exposures: {
    readonly unit: string
    readonly kind: string
    readonly experiment: string
    readonly variant: string
    readonly feature: string
    readonly source: string
    readonly bucket: number | null
    readonly generation: number | null
    readonly hash: string | null
    readonly data: string
    readonly created_at: number
  }
  readonly liveflag_usages: {
    readonly id: string
    readonly feature: string
    readonly user_id: string | null
    readonly value: string
    readonly reason: string | null
    readonly generation: number | null
    readonly created_at: number
  }
  readonly liveflag_conversions: {
    readonly event_id: string
    readonly name: string
    readonly decision_id: string | null
    readonly unit: string | null
    readonly value: number | null
    readonly created_at: number
  }
}

export type TableName = keyof Tables
