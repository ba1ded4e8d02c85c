"""What can go wrong in the engine, as sentences: what happened, then what the user can do.

Each class carries its sentence as a template; `facts` fills it. The template is also the key under which
`desktop/errors.py` translates it, so facts hold names and numbers, never prose.
"""

from __future__ import annotations

from typing import ClassVar


class EngineError(Exception):
    """Base of every error of this room that is meant for the user."""

    sentence: ClassVar[str] = "The model could not do this."

    def __init__(self, **facts: str) -> None:
        super().__init__(self.sentence.format(**facts))
        self.facts = facts


class ModelMissing(EngineError):
    sentence = "There is no file “{path}”. Choose a model file that exists."


class NotAModel(EngineError):
    sentence = "“{path}” is not a GGUF model. Choose a file made for llama.cpp, ending in .gguf."


class ModelTruncated(EngineError):
    sentence = "“{path}” is incomplete: it has {have} of {need}. Download it again."


class ModelTooLarge(EngineError):
    sentence = (
        "“{path}” does not fit in memory: it needs {need}, and {have} is free. "
        "Choose a smaller model or close other programs."
    )


class ShardMissing(EngineError):
    sentence = "“{path}” is one of {count} files that make up a model, and “{missing}” is not there. Put them all in one folder."


class OutOfMemory(EngineError):
    """llama.cpp asked for memory and got none, although it should have fitted."""

    sentence = (
        "The memory of “{device}” ran out for “{path}”. "
        "Close other programs, put fewer layers on the GPU, or choose a shorter context."
    )


class HostUnusable(EngineError):
    sentence = (
        "The RPC host “{host}” cannot be used ({reason}). Check its address and that llama.cpp's RPC server runs there."
    )


class SelfTestFailed(EngineError):
    sentence = "“{path}” gave no numbers in its self-test. The file may be damaged: download it again, or choose another model."


class ModelCrashes(EngineError):
    """The worker died of it in every profile."""

    sentence = "llama.cpp stopped while it loaded “{path}”. The file may be damaged: download it again, or choose another model."


class HostBusy(EngineError):
    """An RPC server takes one connection after the other."""

    sentence = "The RPC host “{host}” does not take part now: it serves another program. Close that one, or start the host's RPC server again."


class HostsLost(EngineError):
    """llama.cpp ends the process when one of them is gone."""

    sentence = "The model stopped while other computers lent it their memory: {hosts}. Check llama.cpp's RPC server there, then ask again."


class HostOutside(EngineError):
    sentence = "The RPC host “{host}” is not on your own network. Its connection is not encrypted: use a computer of your own network."


class ModelUnsupported(EngineError):
    sentence = "“{path}” is a GGUF file that llama.cpp cannot run ({reason}). Choose another model."


class StarterDamaged(EngineError):
    sentence = "The starter model “{path}” is damaged. Install Haema again, or choose another model."


class TemplateBroken(EngineError):
    sentence = "The model “{model}” has a chat template that does not work ({reason}). Choose another model."


class AdapterUnsuitable(EngineError):
    sentence = "“{adapter}” is no LoRA adapter that fits “{model}” ({reason}). Choose one made for this model, or none."


class ProjectorUnsuitable(EngineError):
    sentence = "“{projector}” gives no eyes to “{model}”: it was made for another. Choose the mmproj file of this model, or none."


class ModelHasNoEyes(EngineError):
    sentence = "“{model}” cannot see pictures. Choose a model with an mmproj file beside it, or leave the pictures out."


class ImageUnreadable(EngineError):
    sentence = "Picture {number} cannot be read. Use a PNG or JPEG file of at most 32 MB and 64 megapixels."


class NoModel(EngineError):
    sentence = "No model is loaded. Choose a model first."


class PromptTooLong(EngineError):
    sentence = (
        "Your text has {have} tokens and the model can read {room} at once. Shorten it, or drop it as a file instead."
    )


class BadSampling(EngineError):
    """A value that a client of the API or a settings file may bring along."""

    sentence = "“{name}” cannot be {value}. Choose a value from {low} to {high}."


class BadSchema(EngineError):
    sentence = "The JSON schema for the answer cannot be used: see “{place}”. Correct or simplify it."


class BadGrammar(EngineError):
    sentence = "The grammar for the answer cannot be used: see “{place}” in line {line}. Correct or simplify it."


class FormatTooComplex(EngineError):
    sentence = "The form asked for is too complex to hold the answer to it. Simplify the schema or the grammar."


class FormatImpossible(EngineError):
    sentence = "The model has no token that fits the form asked for. Change the schema or the grammar, or choose another model."


class DraftUnsuitable(EngineError):
    sentence = "“{draft}” cannot guess ahead for “{model}”. Choose a smaller model of the same family, or none."


class RoadOpen(EngineError):
    sentence = (
        "“{host}” is not on your own network, and its address is not encrypted. Use one that begins with https://."
    )


class ServerUnreachable(EngineError):
    sentence = (
        "The server “{host}” does not answer. Check that it is running and that its address is right, then ask again."
    )


class ServerLost(EngineError):
    sentence = "The connection to “{host}” broke off. What it had written is kept; ask again to go on."


class ServerUntrusted(EngineError):
    sentence = "“{host}” shows a certificate that this computer does not trust. Install the one that signed it here, or use another address."


class ServerMoved(EngineError):
    sentence = (
        "“{host}” sends us to another address, which Haema does not follow. Set the final address in the settings."
    )


class ServerWantsKey(EngineError):
    sentence = "“{host}” wants a key, or another one. Set the right one in the settings."


class ServerBusy(EngineError):
    sentence = "“{host}” is busy or still loads its model (HTTP {status}). Ask again in a moment."


class ServerRefused(EngineError):
    sentence = "“{host}” refused the question (HTTP {status}). Its own log says why."


class ServerAnswerBroken(EngineError):
    sentence = "“{host}” gave an answer that Haema cannot use ({reason}). Check that the server speaks OpenAI's chat completions and that its address ends in /v1."


class ServerHasNoModel(EngineError):
    sentence = "“{host}” has no model “{model}”. Choose one that it has in the settings."


class ServerHoldsNoGrammar(EngineError):
    sentence = "“{host}” cannot hold an answer to a grammar. Use a JSON schema, or a model on this computer."


class CatalogueBroken(EngineError):
    sentence = "The list of models “{path}” is damaged ({reason}). Install Haema again."


class AddressRefused(EngineError):
    sentence = "“{address}” is not an address that Haema connects to. Use one that begins with https://."


class ProxyUnusable(EngineError):
    sentence = "The proxy of this system cannot be used. Set HTTPS_PROXY to an address that begins with http://."


class Unreachable(EngineError):
    sentence = "“{host}” cannot be reached. Check the internet connection and the proxy, then try again."


class CertificateUntrusted(EngineError):
    sentence = (
        "“{host}” shows a certificate that this computer does not trust. "
        "Check the date of this computer, and whether a proxy stands between."
    )


class AnswerStrange(EngineError):
    sentence = "“{host}” gave an answer that Haema cannot use ({reason}). Try again later, or take another model."


class HubBusy(EngineError):
    sentence = "“{host}” does not answer now (HTTP {status}). Try again in some minutes."


class NotOnHub(EngineError):
    sentence = "“{name}” is not on {host}, or only for people who are logged in there. Check the name."


class HubRefused(EngineError):
    sentence = (
        "“{name}” is given only to people who log in and accept its terms. "
        "Download it with a browser at {address} and add the file here."
    )


class HubChanged(EngineError):
    sentence = (
        "“{name}” on {host} is not the file that was asked for: its checksum is {have}, not {want}. "
        "Search for the model to take what is there now."
    )


class FilesToChoose(EngineError):
    sentence = "“{repository}” has several models: {files}. Write one of them after its name, with a slash."


class NothingToDownload(EngineError):
    sentence = "“{name}” is neither in the catalogue nor a name on the hub. “haema models list --catalogue” shows it."


class DownloadBroken(EngineError):
    sentence = "The connection to {host} broke off at {have} of {need}. What has arrived is kept: try again to go on."


class DownloadWrong(EngineError):
    sentence = "“{name}” did not arrive as it was published and was removed. Download it again."


class DownloadRunning(EngineError):
    sentence = "“{name}” is being downloaded already. Wait until that is done."


class DiskTooSmall(EngineError):
    sentence = "“{path}” has {free} of free space and needs {need}. Free some space and try again."


class DiskFilled(EngineError):
    sentence = "The disk that holds “{path}” is full. Free some space and try again; what has arrived is kept."


class FolderRefuses(EngineError):
    sentence = "“{path}” cannot be written ({reason}). Make the folder writable, or choose another."


class ModelUnknown(EngineError):
    sentence = "There is no model “{name}” here. “haema models list” shows those there are."


class ModelInUse(EngineError):
    sentence = "“{name}” is in use. Choose another model first."


class ModelStays(EngineError):
    sentence = "“{name}” comes with Haema and cannot be removed."


class ModelChanged(EngineError):
    sentence = "“{name}” is not the file that was published: its checksum is {have}, not {want}. Download it again."


class EngineDied(EngineError):
    sentence = "The model stopped unexpectedly. What it had written is kept; ask again to go on."


class EngineBroken(EngineError):
    """A bug of ours: the details go to the log, the sentence to the user."""

    sentence = "Something went wrong inside the engine ({reason}). The log has the details."
