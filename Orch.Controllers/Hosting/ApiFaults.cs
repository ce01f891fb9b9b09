using Orch.Client;

namespace Orch.Controllers.Hosting;

/// <summary>What controllers ask of an API fault.</summary>
internal static class ApiFaults
{
    /// <summary>The namespace is being deleted and takes no new objects.</summary>
    public static bool IsNamespaceTerminating(this ApiException exception)
        => exception.Status.Details?.Causes?.Any(static cause => cause.Reason == "NamespaceTerminating") == true;
}
