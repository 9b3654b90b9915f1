/** Everything by keyboard: the way of a user who never touches the mouse. */
import { expect, test, type Page } from '@playwright/test';
import { allProtected, importFolder, makeBench, protectAlbum, smallPhotos, start } from './support.ts';

const selected = (page: Page) => page.getByRole('gridcell', { selected: true });
const zoom = (page: Page) => page.getByRole('status', { name: /^Zoom/ });

test('the album, the loupe and compare by keyboard', async () => {
  const bench = makeBench();
  const program = await start(bench, [[bench.photos]]);
  const { page } = program;
  const press = (...keys: string[]) =>
    keys.reduce((done, key) => done.then(() => page.keyboard.press(key)), Promise.resolve());
  try {
    await importFolder(page, smallPhotos.length);
    await page.getByRole('combobox', { name: 'Sort by' }).selectOption({ label: 'Name' });

    await test.step('the selection', async () => {
      await page.getByRole('grid').focus();
      await press('ArrowRight');
      await expect(selected(page)).toHaveCount(1);
      await expect(selected(page)).toHaveAccessibleName(/^astronaut\.jpg, Not protected$/);
      await press('Shift+ArrowRight', 'Shift+ArrowRight');
      await expect(selected(page)).toHaveCount(3);
      await press('Space');
      await expect(selected(page)).toHaveCount(2);
      await press('ControlOrMeta+a');
      await expect(selected(page)).toHaveCount(4);
      await press('Escape');
      await expect(selected(page)).toHaveCount(0);
      await press('End');
      await expect(selected(page)).toHaveAccessibleName(/^rocket-launch\.jpg/);
      await expect(page.getByRole('grid')).toHaveAttribute(
        'aria-activedescendant',
        (await selected(page).getAttribute('id'))!,
      );
    });

    await test.step('removing and undoing', async () => {
      await press('Delete');
      await expect(page.getByRole('gridcell')).toHaveCount(3);
      await page.getByRole('button', { name: 'Undo' }).press('Enter');
      await expect(page.getByRole('gridcell')).toHaveCount(4);
    });

    await test.step('renaming the album', async () => {
      await page.getByRole('grid').focus();
      await press('F2');
      await page.getByRole('textbox', { name: 'Name of the album' }).fill('Winter');
      await press('Enter');
      await expect(page.getByRole('heading', { level: 1, name: 'Winter' })).toBeVisible();
    });

    await test.step('the list of keys', async () => {
      await press('?');
      const keys = page.getByRole('dialog', { name: 'Keys' });
      await expect(keys.getByText('Hold for the original')).toBeVisible();
      await press('Escape');
      await expect(keys).toBeHidden();
    });

    await protectAlbum(page, 'Subtle');
    await allProtected(page);

    await test.step('the loupe', async () => {
      await page.getByRole('grid').focus();
      await press('Home', 'e');
      await expect(page.getByRole('heading', { name: 'astronaut.jpg' })).toBeVisible();
      const fitted = await zoom(page).textContent();
      await press('z');
      await expect(zoom(page)).toHaveText('100 %');
      await press('+');
      await expect(zoom(page)).toHaveText('150 %');
      await press('ArrowRight');
      await expect(page.getByRole('heading', { name: 'cat.jpg' })).toBeVisible();
      await expect(zoom(page), 'the zoom is kept from photo to photo').toHaveText('150 %');
      await press('ArrowLeft', 'z');
      await expect(zoom(page)).toHaveText(fitted!);
    });

    await test.step('a mode that is chosen by mouse leaves the arrow keys to the photos', async () => {
      const split = page.getByRole('radio', { name: 'Split' });
      await split.click();
      await press('ArrowRight');
      await expect(page.getByRole('heading', { name: 'cat.jpg' })).toBeVisible();
      await expect(split).toBeChecked();
      await press('ArrowLeft');
      await expect(page.getByRole('heading', { name: 'astronaut.jpg' })).toBeVisible();
      // Of those who have come to the modes by key, the arrows choose.
      await split.focus();
      await press('ArrowLeft');
      await expect(page.getByRole('radio', { name: 'Photo' })).toBeChecked();
      await expect(page.getByRole('heading', { name: 'astronaut.jpg' })).toBeVisible();
    });

    await test.step('compare', async () => {
      await press('y');
      const divider = page.getByRole('slider', { name: /^Divider/ });
      await expect(divider).toHaveAttribute('aria-valuenow', '50');
      await press(']', ']');
      await expect(divider).toHaveAttribute('aria-valuenow', '60');
      await divider.focus();
      await press('Home');
      await expect(divider).toHaveAttribute('aria-valuenow', '0');
      await divider.blur();
      await press('s');
      await expect(page.getByRole('group', { name: 'Original' })).toBeVisible();
      await expect(page.getByRole('group', { name: 'Protected' })).toBeVisible();
      await press('n');
      await expect(page.getByRole('group', { name: 'Noise × 8' })).toBeVisible();
      await press('e');
      await expect(page.getByRole('group', { name: 'Protected' })).toBeVisible();
      await page.keyboard.down('\\');
      await expect(page.getByRole('group', { name: 'Original' })).toBeVisible();
      await page.keyboard.up('\\');
      await expect(page.getByRole('group', { name: 'Protected' })).toBeVisible();
    });

    await test.step('the history of a protection', async () => {
      await press('i');
      const panel = page.getByRole('complementary', { name: 'Information' });
      await expect(panel.getByText('Subtle (4/255)')).toBeVisible();
      await expect(panel.getByText(/^\d+ × \d+$/)).toBeVisible();
      await press('i', 'g');
      await expect(page.getByRole('grid')).toBeVisible();
    });
    expect(program.problems).toEqual([]);
  } finally {
    await program.close();
    bench.remove();
  }
});

test('wheel, drag and double click move both panes as one, exactly to the pixel', async () => {
  const bench = makeBench(['cat.jpg']);
  const program = await start(bench, [[bench.photos]]);
  const { page } = program;
  try {
    await importFolder(page, 1);
    await protectAlbum(page, 'Subtle');
    await allProtected(page);
    await page.getByRole('gridcell').click();
    await page.keyboard.press('y');
    await page.keyboard.press('s');
    const images = {
      left: page.getByRole('img', { name: 'Original' }),
      right: page.getByRole('img', { name: 'Protected' }),
    };
    const place = () =>
      Promise.all(
        [images.left, images.right].map((image) =>
          image.evaluate((one) => {
            const pane = one.closest('[role=group]')!.getBoundingClientRect();
            const box = one.getBoundingClientRect();
            return { x: box.left - pane.left, y: box.top - pane.top, width: box.width, height: box.height };
          }),
        ),
      );
    const pane = (await page.getByRole('group', { name: 'Protected' }).boundingBox())!;
    // Wheel events know whole pixels only.
    const pointer = { x: Math.round(pane.x + pane.width * 0.3), y: Math.round(pane.y + pane.height * 0.4) };

    await page.mouse.move(pointer.x, pointer.y);
    const [before] = await place();
    for (let turn = 0; turn < 4; turn += 1) await page.mouse.wheel(0, -300);
    await expect.poll(async () => (await place())[0]!.width).toBeGreaterThan(before!.width * 2);
    const [left, right] = await place();
    expect(left).toEqual(right);
    // The point of the photo that was under the pointer is there still, to the rounding of one pixel.
    const share = (box: { x: number; width: number }) => (pointer.x - pane.x - box.x) / box.width;
    expect(Math.abs(share(left!) - share(before!)) * left!.width).toBeLessThan(1.5);
    expect(await images.left.evaluate((one) => getComputedStyle(one).imageRendering)).toBe('pixelated');

    await page.mouse.down();
    await page.mouse.move(pointer.x + 60, pointer.y + 30, { steps: 4 });
    await page.mouse.up();
    const [moved, movedRight] = await place();
    expect(moved).toEqual(movedRight);
    expect([moved!.x - left!.x, moved!.y - left!.y].map(Math.round)).toEqual([60, 30]);

    await page.mouse.dblclick(pointer.x, pointer.y);
    await expect.poll(async () => (await place())[0]).toEqual(before);
    await page.mouse.dblclick(pointer.x, pointer.y);
    await expect(zoom(page)).toHaveText('100 %');
    expect((await place())[0]!.width).toBeCloseTo(451, 1);
    expect(program.problems).toEqual([]);
  } finally {
    await program.close();
    bench.remove();
  }
});
