// What the tests of the reports share.
import { picture } from './browser.mjs';

// whole takes a picture of all of a page that scrolls within the window.
export async function whole(page, name) {
  const size = page.viewportSize();
  const height = await page.locator('#main').evaluate((main) => innerHeight - main.clientHeight + main.firstElementChild.scrollHeight);
  await page.setViewportSize({ width: size.width, height: Math.max(size.height, height) });
  await picture(page, name);
  await page.setViewportSize(size);
}
