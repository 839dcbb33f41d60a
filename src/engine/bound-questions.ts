import type { Decision } from '../core/decision'
import type { JsonObject, JsonValue } from '../core/json'
import type { ExperimentDefinition, ExperimentResult } from '../core/trail'
import type { Overrides } from '../core/world'
import type { Explanation } from './explain'
import type { Enabled, Questions } from './questions'
import type { ValueDetails } from './typed-value'

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
    return (this.boundIsEnabled ??= (name, overrides) => this.askIsEnabled(name, overrides))
  }

  get variant(): Questions['variant'] {
    return (this.boundVariant ??= (name, overrides) => this.askVariant(name, overrides))
  }

  get decide(): Questions['decide'] {
    return (this.boundDecide ??= (name, overrides) => this.askDecide(name, overrides))
  }

  get explain(): Questions['explain'] {
    return (this.boundExplain ??= (name, overrides) => this.askExplain(name, overrides))
  }

  get allEnabled(): Questions['allEnabled'] {
    return (this.boundAllEnabled ??= (overrides) => this.askAllEnabled(overrides))
  }

  get getBooleanValue(): Questions['getBooleanValue'] {
    return (this.boundBoolean ??= (name, otherwise, overrides) =>
      this.askDetails(name, otherwise, overrides).value)
  }

  get getStringValue(): Questions['getStringValue'] {
    return (this.boundString ??= (name, otherwise, overrides) =>
      this.askDetails(name, otherwise, overrides).value)
  }

  get getNumberValue(): Questions['getNumberValue'] {
    return (this.boundNumber ??= (name, otherwise, overrides) =>
      this.askDetails(name, otherwise, overrides).value)
  }

  get getObjectValue(): Questions['getObjectValue'] {
    return (this.boundObject ??= <T extends JsonObject | readonly JsonValue[]>(
      name: string,
      otherwise: T,
      overrides?: Overrides,
    ) => this.askDetails<T>(name, otherwise, overrides).value)
  }

  get details(): Questions['details'] {
    return (this.boundDetails ??= (name, otherwise, overrides) =>
      this.askDetails(name, otherwise, overrides))
  }

  get inlineExperiment(): Questions['inlineExperiment'] {
    return (this.boundInline ??= (experiment, overrides) => this.askInline(experiment, overrides))
  }
}
