using Orch.Client;

namespace Orch.Controllers.Hosting;

/// <summary>What controllers ask of an API fault.</summary>
internal static class ApiFaults
{
    /// <summary>The namespace is being deleted, or gone already, and takes no new objects.</summary>
    public static bool IsNamespaceTerminating(this ApiException exception)
        => exception.Status.Details is { } details
            && ((exception.IsNotFound && details.Kind == "namespaces") || details.Causes?.Any(static cause => cause.Reason == "NamespaceTerminating") == true);

    /// <summary>Waits for a write; that its object is gone meanwhile is no fault, since nothing is left to write.</summary>
    public static async Task UnlessGoneAsync(this Task write)
    {
        try
        {
            await write.ConfigureAwait(false);
        }
        catch (ApiException exception) when (exception.IsNotFound)
        {
            // The event of its deletion is on the way.
        }
    }
}
