/** What there is to read. A real site has a database. */

export interface Story {
  readonly id: string
  readonly title: string
  readonly subreddit: string
  readonly author: string
  readonly hours: number
  readonly votes: number
  readonly comments: readonly { readonly author: string; readonly text: string }[]
}

export const stories: readonly Story[] = [
  {
    id: 'kettle',
    title: 'The kettle in our office has had a name for eleven years, and today it retires',
    subreddit: 'AskReddit',
    author: 'walter',
    hours: 3,
    votes: 2418,
    comments: [
      { author: 'goldie', text: 'Ours is called Admiral Steam. We do not speak of the toaster.' },
      { author: 'gary', text: 'Was there a speech?' },
      { author: 'walter', text: 'There was a whistle.' },
    ],
  },
  {
    id: 'owls',
    title: 'An owl has moved into the church clock; it is now seven past owl',
    subreddit: 'wtf',
    author: 'ben',
    hours: 5,
    votes: 1873,
    comments: [{ author: 'emma', text: 'Finally a clock that is awake at night.' }],
  },
  {
    id: 'letters',
    title: 'I answered a letter that my grandmother wrote to her future self in 1961',
    subreddit: 'stories',
    author: 'goldie',
    hours: 7,
    votes: 1560,
    comments: [
      { author: 'ada', text: 'What did she want to know?' },
      {
        author: 'goldie',
        text: 'Whether there are still trains, and whether she was still cross with Hilda.',
      },
    ],
  },
  {
    id: 'bread',
    title: 'Day 40: the sourdough has outgrown its second bucket',
    subreddit: 'baking',
    author: 'gary',
    hours: 9,
    votes: 934,
    comments: [
      {
        author: 'walter',
        text: 'Buckets are never the hard part. Deciding who gets which one is.',
      },
    ],
  },
  {
    id: 'maps',
    title: 'A map of every bench in town, sorted by how good the view is',
    subreddit: 'maps',
    author: 'emma',
    hours: 11,
    votes: 811,
    comments: [{ author: 'ben', text: 'Bench 14 is overrated.' }],
  },
  {
    id: 'stairs',
    title: 'Our stairs creak in C major. I have recorded all thirteen',
    subreddit: 'music',
    author: 'ada',
    hours: 14,
    votes: 640,
    comments: [],
  },
  {
    id: 'bees',
    title: 'The bees chose the blue hive again',
    subreddit: 'gardening',
    author: 'walter',
    hours: 18,
    votes: 377,
    comments: [{ author: 'gary', text: 'Control group: the green hive.' }],
  },
]

/** The stories that a search finds; the new search also looks at authors and subreddits. */
export function search(query: string, everywhere: boolean): readonly Story[] {
  const wanted = query.trim().toLowerCase()
  const textOf = ({ title, author, subreddit }: Story): string =>
    everywhere ? `${title} ${author} r/${subreddit}` : title
  return stories.filter((story) => textOf(story).toLowerCase().includes(wanted))
}

/** What the URL is about: a subreddit, or a story and the subreddit that it stands in. */
export function placeOf(url: string): { readonly story?: Story; readonly subreddit?: string } {
  const [, kind, name = ''] = /^\/(r|comments)\/([\w-]+)/.exec(url) ?? []
  const story = kind === 'comments' ? stories.find(({ id }) => id === name) : undefined
  if (story) return { story, subreddit: story.subreddit }
  return kind === 'r' ? { subreddit: name } : {}
}
