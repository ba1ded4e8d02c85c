#!/usr/bin/env bash
# The macOS disk image. NOT YET RUN: written beside the recipe that is (haema.spec), to be tried on a Mac.
#   python3 packaging/dev.py package
#   packaging/macos/make_dmg.sh
# The app is signed ad hoc: to hand it to others, sign it with a Developer ID and have it notarised first.
set -euo pipefail
cd "$(dirname "$0")/../.."

app=dist/Haema.app
version=$(/usr/libexec/PlistBuddy -c "Print CFBundleShortVersionString" "$app/Contents/Info.plist")
image="dist/Haema-$version-$(uname -m).dmg"
stage=$(mktemp -d)
trap 'rm -rf "$stage"' EXIT

codesign --force --deep --sign - "$app"
cp -R "$app" "$stage/"
ln -s /Applications "$stage/Applications"
hdiutil create -volname Haema -srcfolder "$stage" -format UDZO -ov "$image"
echo "Built $image"
