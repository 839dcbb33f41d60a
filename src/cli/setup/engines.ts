/** A template engine, and how a template asks once `features` is among its values. */
export interface Engine {
  readonly name: string
  readonly packages: readonly string[]
  readonly asks: string
}

/** Template engines in which liveflag is tried: see docs/templates/. */
export const engines: readonly Engine[] = [
  {
    name: 'EJS',
    packages: ['ejs'],
    asks: "<% if (features.isEnabled('welcome_banner')) { %>…<% } %>",
  },
  {
    name: 'Pug',
    packages: ['pug'],
    asks: "if features.isEnabled('welcome_banner')",
  },
  {
    name: 'Nunjucks',
    packages: ['nunjucks'],
    asks: "{% if features.isEnabled('welcome_banner') %}…{% endif %}",
  },
  {
    name: 'Handlebars',
    packages: ['handlebars', 'express-handlebars', 'hbs'],
    asks: '{{#feature "welcome_banner"}}…{{else}}…{{/feature}}',
  },
  {
    name: 'LiquidJS',
    packages: ['liquidjs'],
    asks: '{% feature "welcome_banner" %}…{% else %}…{% endfeature %}',
  },
  {
    name: 'Eta',
    packages: ['eta'],
    asks: "<% if (it.features.isEnabled('welcome_banner')) { %>…<% } %>",
  },
  {
    name: 'Mustache',
    packages: ['mustache'],
    asks: '{{#features.welcome_banner}}…{{/features.welcome_banner}}',
  },
  {
    name: 'React',
    packages: ['react-dom'],
    asks: '<Feature name="welcome_banner">…</Feature>',
  },
]
