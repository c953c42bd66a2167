-- The media type of the release's icon, which lies beside its package; null if the package has none.
ALTER TABLE releases ADD COLUMN icon_type TEXT;

-- The asset id of the newest release that has an icon.
ALTER TABLE apps ADD COLUMN icon_asset_id TEXT;
