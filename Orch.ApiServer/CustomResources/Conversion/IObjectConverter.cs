namespace Orch.ApiServer.CustomResources.Conversion;

/// <summary>Turns objects of one version of a custom resource into another.</summary>
internal interface IObjectConverter
{
    /// <summary>Converts objects; the arguments stay as they are.</summary>
    /// <returns>In the order of the arguments, owned by the caller.</returns>
    /// <exception cref="Client.ApiException">500: it failed, with upstream's words.</exception>
    ValueTask<IReadOnlyList<CustomObject>> ConvertAsync(IReadOnlyList<CustomObject> items, string apiVersion, CancellationToken cancellationToken);
}
