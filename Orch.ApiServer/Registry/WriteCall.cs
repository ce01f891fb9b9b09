using Orch.Security;

namespace Orch.ApiServer.Registry;

/// <summary>Who writes, and how.</summary>
/// <param name="User">Authorized already.</param>
internal sealed record WriteCall(UserInfo User)
{
    /// <summary>Empty for the object itself.</summary>
    public string Subresource { get; init; } = string.Empty;

    /// <summary>Everything but the commit happens.</summary>
    public bool IsDryRun { get; init; }

    /// <summary>For <c>Warning</c> headers; the write adds to it.</summary>
    public List<string> Warnings { get; init; } = [];
}
