; The Windows installer, for Inno Setup 6. NOT YET RUN: written beside the recipe that is (haema.spec), to be tried on Windows.
;   python packaging\dev.py package
;   iscc packaging\windows\haema.iss
; It installs for one user, without administrator rights.

#define Version "0.1.0"

[Setup]
AppId={{6E2C9B52-6B0C-4E0B-9C55-1A6B7C1D8F30}
AppName=Haema
AppVersion={#Version}
AppPublisher=The Haema authors
DefaultDirName={autopf}\Haema
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile=..\..\LICENSE
SetupIconFile=..\..\assets\icons\haema.ico
UninstallDisplayIcon={app}\haema.exe
OutputDir=..\..\dist
OutputBaseFilename=haema-{#Version}-setup
Compression=zip
DisableProgramGroupPage=yes
ChangesAssociations=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "ko"; MessagesFile: "compiler:Languages\Korean.isl"

[CustomMessages]
en.AppTitle=Haema
ko.AppTitle=해마
en.OpenWith=Index with Haema
ko.OpenWith=해마로 읽기

[Files]
Source: "..\..\dist\haema\*"; DestDir: "{app}"; Flags: recursesubdirs ignoreversion

[Icons]
Name: "{autoprograms}\{cm:AppTitle}"; Filename: "{app}\haema.exe"

[Registry]
; "Open with" for the documents Haema reads; no file type is taken over.
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "{cm:AppTitle}"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\shell\open"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "{cm:OpenWith}"
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\shell\open\command"; ValueType: string; ValueData: """{app}\haema.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".pdf"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".docx"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".doc"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".pptx"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".ppt"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".xlsx"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".xls"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".odt"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".ods"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".odp"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".hwp"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".hwpx"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".epub"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".rtf"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".eml"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".csv"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".html"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".md"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\haema.exe\SupportedTypes"; ValueType: string; ValueName: ".txt"; ValueData: ""

[Run]
Filename: "{app}\haema.exe"; Description: "{cm:LaunchProgram,{cm:AppTitle}}"; Flags: nowait postinstall skipifsilent
