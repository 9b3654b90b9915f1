/**
 * How visible protection is: figures over many photos at several settings, a contact sheet for the eye, and the curve of
 * strength against visibility.
 */
export { chooseFromAll, writeContactSheet, type PhotoPair, type SheetSize } from './contactSheet.ts';
export { drawCurve, type CurvePoint, type CurveReferences } from './curve.ts';
export { measurePhoto, type PhotoVisibility } from './measure.ts';
export { referencesInWords, visibilityReport, type VisibilityOutcome } from './report.ts';
export { settingName, type VisibilitySetting } from './setting.ts';
export { photosTable, resultOf, settingsTable, type SettingResult } from './table.ts';
