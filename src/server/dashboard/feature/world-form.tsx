import { allRoles, type Role, type WorldFields } from './world-fields'

interface WorldFormProps {
  readonly fields: WorldFields
  readonly change: (fields: WorldFields) => void
}

type TextField = Exclude<keyof WorldFields, 'isSignedIn' | 'roles'>

const REQUEST: readonly (readonly [TextField, string])[] = [
  ['subreddit', 'Subreddit'],
  ['subdomain', 'Subdomain'],
  ['oauthClient', 'OAuth client'],
  ['loid', 'Logged-out id (loid)'],
  ['urlFeatures', '?feature= of the address'],
]

const USER: typeof REQUEST = [
  ['name', 'User name'],
  ['id', 'User id'],
]

/** Who asks: every member of a World. */
export function WorldForm({ fields, change }: WorldFormProps) {
  const set = (some: Partial<WorldFields>): void => change({ ...fields, ...some })
  return (
    <div class="world">
      <label class="check">
        <input
          type="checkbox"
          checked={fields.isSignedIn}
          onChange={(event) => set({ isSignedIn: event.currentTarget.checked })}
        />
        Signed in
      </label>
      {fields.isSignedIn && (
        <>
          <Texts keys={USER} fields={fields} set={set} />
          <Roles roles={fields.roles} change={(roles) => set({ roles })} />
        </>
      )}
      <details class="world-more" open={REQUEST.some(([key]) => fields[key] !== '')}>
        <summary>The request</summary>
        <Texts keys={REQUEST} fields={fields} set={set} />
      </details>
      <details class="world-more" open={fields.attributes !== ''}>
        <summary>Attributes</summary>
        <label>
          <span class="label">One a line, such as country: NZ</span>
          <textarea
            class="field mono"
            spellcheck={false}
            value={fields.attributes}
            onInput={(event) => set({ attributes: event.currentTarget.value })}
          />
        </label>
      </details>
    </div>
  )
}

interface TextsProps {
  readonly keys: typeof REQUEST
  readonly fields: WorldFields
  readonly set: (some: Partial<WorldFields>) => void
}

const Texts = ({ keys, fields, set }: TextsProps) => (
  <div class="world-pair">
    {keys.map(([key, label]) => (
      <label key={key}>
        <span class="label">{label}</span>
        <input
          class="field"
          autocomplete="off"
          spellcheck={false}
          value={fields[key]}
          onInput={(event) => set({ [key]: event.currentTarget.value })}
        />
      </label>
    ))}
  </div>
)

interface RolesProps {
  readonly roles: readonly Role[]
  readonly change: (roles: readonly Role[]) => void
}

const Roles = ({ roles, change }: RolesProps) => (
  <fieldset class="world-roles">
    <legend class="hidden-label">Roles</legend>
    {allRoles.map((role) => (
      <label key={role} class="check">
        <input
          type="checkbox"
          checked={roles.includes(role)}
          onChange={(event) =>
            change(
              event.currentTarget.checked ? [...roles, role] : roles.filter((one) => one !== role),
            )
          }
        />
        {role}
      </label>
    ))}
  </fieldset>
)
