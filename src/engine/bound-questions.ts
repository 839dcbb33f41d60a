import type { Decision } from '../core/decision'
import { LiveflagError } from '../core/errors'
import type { JsonObject, JsonValue } from '../core/json'
import type { ExperimentDefinition, ExperimentResult } from '../core/trail'
import type { Overrides } from '../core/world'
import type { Explanation } from './explain'
import type { Enabled, Questions } from './questions'
import { typedValue, type ValueDetails } from './typed-value'

type Question<Q extends keyof Questions> = Questions[Q] | undefined

/**
 * Questions that may be asked without the object they belong to, as in `const { isEnabled } =
 * req.features` or as a helper of a template. Each is bound when it is first needed, so that a
 * request pays only for those that it asks. They are written out, because to read them from a table
 * would make each question slower.
 */
export abstract class BoundQuestions {
  private boundIsEnabled: Question<'isEnabled'> = undefined
  private boundVariant: Question<'variant'> = undefined
  private boundDecide: Question<'decide'> = undefined
  private boundExplain: Question<'explain'> = undefined
  private boundAllEnabled: Question<'allEnabled'> = undefined
  private boundBoolean: Question<'getBooleanValue'> = undefined
  private boundString: Question<'getStringValue'> = undefined
  private boundNumber: Question<'getNumberValue'> = undefined
  private boundObject: Question<'getObjectValue'> = undefined
  private boundDetails: Question<'details'> = undefined
  private boundInline: Question<'inlineExperiment'> = undefined

  /**
   * The answer when something of the application threw where nothing may: overrides or a name that
   * throw when they are looked at. Reports it.
   */
  protected abstract failed(question: string, name: unknown, error: unknown): Decision
  protected abstract askIsEnabled(name: string, overrides?: Overrides): boolean
  protected abstract askVariant(name: string, overrides?: Overrides): string | undefined
  protected abstract askDecide(name: string, overrides?: Overrides): Decision
  protected abstract askExplain(name: string, overrides?: Overrides): Explanation
  protected abstract askAllEnabled(overrides?: Overrides): Readonly<Record<string, Enabled>>
  protected abstract askDetails<T extends JsonValue>(
    name: string,
    otherwise: T,
    overrides?: Overrides,
  ): ValueDetails<T>
  protected abstract askInline(
    experiment: ExperimentDefinition,
    overrides?: Overrides,
  ): ExperimentResult

  get isEnabled(): Questions['isEnabled'] {
    return (this.boundIsEnabled ??= (name, overrides) => {
      try {
        return this.askIsEnabled(name, overrides)
      } catch (error) {
        return this.failed('isEnabled', name, error).enabled
      }
    })
  }

  get variant(): Questions['variant'] {
    return (this.boundVariant ??= (name, overrides) => {
      try {
        return this.askVariant(name, overrides)
      } catch (error) {
        return this.failed('variant', name, error).variant
      }
    })
  }

  get decide(): Questions['decide'] {
    return (this.boundDecide ??= (name, overrides) => {
      try {
        return this.askDecide(name, overrides)
      } catch (error) {
        return this.failed('decide', name, error)
      }
    })
  }

  get explain(): Questions['explain'] {
    return (this.boundExplain ??= (name, overrides) => {
      try {
        return this.askExplain(name, overrides)
      } catch (error) {
        return { decision: this.failed('explain', name, error), steps: [] }
      }
    })
  }

  get allEnabled(): Questions['allEnabled'] {
    return (this.boundAllEnabled ??= (overrides) => {
      try {
        return this.askAllEnabled(overrides)
      } catch (error) {
        // In r2's way, a question without an answer.
        if (error instanceof LiveflagError) throw error
        this.failed('allEnabled', '', error)
        return {}
      }
    })
  }

  get getBooleanValue(): Questions['getBooleanValue'] {
    return (this.boundBoolean ??= (name, otherwise, overrides) =>
      this.details(name, otherwise, overrides).value)
  }

  get getStringValue(): Questions['getStringValue'] {
    return (this.boundString ??= (name, otherwise, overrides) =>
      this.details(name, otherwise, overrides).value)
  }

  get getNumberValue(): Questions['getNumberValue'] {
    return (this.boundNumber ??= (name, otherwise, overrides) =>
      this.details(name, otherwise, overrides).value)
  }

  get getObjectValue(): Questions['getObjectValue'] {
    return (this.boundObject ??= <T extends JsonObject | readonly JsonValue[]>(
      name: string,
      otherwise: T,
      overrides?: Overrides,
    ) => this.details<T>(name, otherwise, overrides).value)
  }

  get details(): Questions['details'] {
    return (this.boundDetails ??= (name, otherwise, overrides) => {
      try {
        return this.askDetails(name, otherwise, overrides)
      } catch (error) {
        return typedValue(this.failed('details', name, error), otherwise, false)
      }
    })
  }

  get inlineExperiment(): Questions['inlineExperiment'] {
    return (this.boundInline ??= (experiment, overrides) => this.askInline(experiment, overrides))
  }
}
