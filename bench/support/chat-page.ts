/** The testbed's chat page, as its users would define it. */
export const CHAT_PAGE = {
  name: "chat-page",
  version: "1",
  consent: { banner: ["[data-testid=consent]"], reject: ["[data-testid=consent] button:nth-of-type(2)"] },
  composer: ["[data-testid=composer]"],
  send: ["[data-testid=send]"],
  answer: ["[data-testid=turn][data-role=assistant]"],
  answerText: [".answer"],
  busy: ["[data-testid=stop]"],
  done: ["[data-testid=copy]"],
  askPath: "/api/ask",
  answerAt: ["/delta"],
};
