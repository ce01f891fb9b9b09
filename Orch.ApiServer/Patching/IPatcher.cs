using Orch.Client;
using Orch.Resources;

namespace Orch.ApiServer.Patching;

/// <summary>Applies a patch to an object's JSON.</summary>
internal interface IPatcher
{
    /// <summary>Returns the patched object as UTF-8 JSON; the arguments stay as they are.</summary>
    /// <exception cref="Client.ApiException">400, 413, 422 as upstream: malformed, or it cannot be applied.</exception>
    ReadOnlyMemory<byte> Apply(PatchRequest request);
}

/// <summary>What to patch with what.</summary>
/// <param name="Kind">How the patch is read.</param>
/// <param name="Original">JSON of the object, resource version included.</param>
/// <param name="Patch">As received (JSON, or YAML where upstream takes it).</param>
/// <param name="ObjectKind">For messages and merge keys.</param>
/// <param name="ObjectType">The model type, whose schema gives the merge keys.</param>
internal readonly record struct PatchRequest(
    PatchKind Kind, ReadOnlyMemory<byte> Original, ReadOnlyMemory<byte> Patch, GroupVersionKind ObjectKind, Type ObjectType);
