"""The pages people use: search, asset, upload, review, runs, trash and shelf."""
