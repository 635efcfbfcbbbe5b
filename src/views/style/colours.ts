import { css } from '../markup.ts';

/** Every colour of the page, for light and for dark. Each ink has 4.5:1 on each ground that it stands on. */
export const colours = css`
:root {
  color-scheme: light dark;
  --ground: #f5f6f8; --panel: #ffffff; --sunken: #f0f2f5; --line: #e1e4ea; --edge: #868e9c;
  --ink: #171b22; --soft: #4b5362; --faint: #5f6877; --link: #1f4fbf; --focus: #1f4fbf;
  --high-ink: #9d1620; --high-ground: #fdeaea; --high: #c8313a;
  --medium-ink: #774800; --medium-ground: #fcf0da; --medium: #d08a12;
  --low-ink: #2c4a80; --low-ground: #e8eef9; --low: #6b8bc7;
  --info-ink: #4b5362; --info-ground: #eceff3; --info: #a3abb8;
  --good-ink: #0f5a37; --good-ground: #e0f3e8; --good: #2c9463;
  --accent-ink: #1d45a6; --accent-ground: #e5edfd; --accent: #4a76d8;
  --young: #5f83c9; --young-soft: #d5e0f5; --due: #d08a12; --due-soft: #f7e3bb; --overdue: #c8313a; --overdue-soft: #f5cccf;
  --unknown: #a3abb8; --unknown-soft: #e6e9ee; --track: #eceff3;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --ground: #0e1116; --panel: #161a21; --sunken: #1d222b; --line: #2a303b; --edge: #6d7686;
    --ink: #e7eaf0; --soft: #b4bcc9; --faint: #98a2b2; --link: #93b4ff; --focus: #93b4ff;
    --high-ink: #ffa3a6; --high-ground: #3c1a1e; --high: #e5565e;
    --medium-ink: #f3c36f; --medium-ground: #37290e; --medium: #d9982b;
    --low-ink: #adc5f7; --low-ground: #1c2942; --low: #6b8bc7;
    --info-ink: #b4bcc9; --info-ground: #262c37; --info: #6d7686;
    --good-ink: #86d8ac; --good-ground: #123022; --good: #3aa873;
    --accent-ink: #a9c3ff; --accent-ground: #1b2a4d; --accent: #6b93ee;
    --young: #6f93da; --young-soft: #2a3a5c; --due: #d9982b; --due-soft: #4d3b17; --overdue: #e5565e; --overdue-soft: #562329;
    --unknown: #6d7686; --unknown-soft: #2f3641; --track: #232933;
  }
}
`;
