namespace Orch.Runtime;

/// <summary>The images on the node.</summary>
public interface IImages
{
    /// <summary>Fetches an image; one that is there already is asked for anew, since a tag may have moved.</summary>
    /// <param name="reference">As pods name it: <c>nginx</c>, <c>quay.io/org/app:v2</c>, <c>name@sha256:...</c>.</param>
    /// <param name="credentials">Null for anonymous.</param>
    /// <exception cref="RuntimeException">One of the <c>ImagePull</c> codes, or <see cref="RuntimeErrorCode.InvalidImageName"/>.</exception>
    Task<ImageId> PullImageAsync(string reference, RegistryCredentials? credentials, CancellationToken cancellationToken);

    /// <summary>The image that a reference or id names on this node, or null.</summary>
    Task<ImageStatus?> FindImageAsync(string reference, CancellationToken cancellationToken);

    /// <summary>All images on the node.</summary>
    Task<IReadOnlyList<ImageStatus>> ListImagesAsync(CancellationToken cancellationToken);

    /// <summary>Removes an image with all its names; no error if it is gone.</summary>
    /// <exception cref="RuntimeException"><see cref="RuntimeErrorCode.InvalidArgument"/>: a container uses it.</exception>
    Task RemoveImageAsync(ImageId id, CancellationToken cancellationToken);
}

/// <summary>An image on the node.</summary>
/// <param name="Id">Its content.</param>
/// <param name="Tags">Such as <c>nginx:1.27</c>, in full or as the engine prints them.</param>
/// <param name="Digests">Such as <c>nginx@sha256:...</c>; empty for one that never saw a registry.</param>
/// <param name="SizeBytes">On disk.</param>
public sealed record ImageStatus(ImageId Id, IReadOnlyList<string> Tags, IReadOnlyList<string> Digests, long SizeBytes)
{
    /// <summary>As the image says it: empty (root), a number, a name, or either with <c>:group</c>.</summary>
    public string User { get; init; } = string.Empty;
}

/// <summary>What a registry wants to see.</summary>
/// <param name="Server">The registry's host, such as <c>ghcr.io</c>; empty when it follows from the reference.</param>
/// <param name="UserName">With the password; empty with a token.</param>
/// <param name="Password">Secret.</param>
public sealed record RegistryCredentials(string Server, string UserName, string Password)
{
    /// <summary>An identity token in place of name and password; null for none.</summary>
    public string? IdentityToken { get; init; }

    /// <summary>Without the secrets.</summary>
    public override string ToString() => $"{UserName}@{Server}";
}
