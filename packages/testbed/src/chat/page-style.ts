/** The chat page's style sheet. */
export const PAGE_STYLE = `
body { margin: 0 auto; max-width: 48rem; padding: 1rem; font: 16px/1.5 sans-serif; }
[hidden] { display: none; }
article { margin: 1rem 0; padding: .5rem 1rem; border-radius: .5rem; }
[data-role=user] { background: #eef; }
.question, [data-composer] { white-space: pre-wrap; }
pre { background: #f4f4f4; padding: .5rem; }
td, th { border: 1px solid #ccc; padding: .2rem .5rem; }
footer { position: sticky; bottom: 0; background: #fff; display: flex; gap: .5rem; padding: 1rem 0; }
[data-composer] { flex: 1; min-height: 3rem; border: 1px solid #999; font: inherit; }
[role=alert] { color: #a00; }
[role=dialog] { position: fixed; inset: auto 0 0; height: 50%; background: #fffbe8; padding: 2rem; }
`;
