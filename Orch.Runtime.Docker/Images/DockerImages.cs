using System.Formats.Tar;
using Docker.DotNet.Models;
using Microsoft.Extensions.Options;
using Orch.Runtime.Docker.Engine;

namespace Orch.Runtime.Docker.Images;

/// <summary>The engine's images.</summary>
internal sealed class DockerImages(DockerEngine engine, IOptions<DockerRuntimeOptions> options, TimeProvider time) : IImages
{
    public async Task<ImageId> PullImageAsync(string reference, RegistryCredentials? credentials, CancellationToken cancellationToken)
    {
        if (!ImageReference.TryParse(reference, out var parsed))
        {
            throw new RuntimeException(RuntimeErrorCode.InvalidImageName, $"couldn't parse image reference \"{reference}\": invalid reference format");
        }

        await PullAsync(reference, parsed, credentials, cancellationToken).ConfigureAwait(false);
        return await FindImageAsync(reference, cancellationToken).ConfigureAwait(false) is { } image
            ? image.Id
            : throw new RuntimeException(RuntimeErrorCode.ImagePullFailed, $"pull {reference}: the engine does not have the image after the pull");
    }

    public async Task<ImageStatus?> FindImageAsync(string reference, CancellationToken cancellationToken)
    {
        try
        {
            var image = await engine.CallAsync(
                $"inspect image {reference}", (client, token) => client.Images.InspectImageAsync(reference, token), cancellationToken).ConfigureAwait(false);
            return new ImageStatus(new ImageId(image.ID), [.. image.RepoTags ?? []], [.. image.RepoDigests ?? []], image.Size)
            {
                User = image.Config?.User ?? string.Empty,
            };
        }
        catch (RuntimeException e) when (e.Code is RuntimeErrorCode.NotFound or RuntimeErrorCode.InvalidArgument)
        {
            return null;
        }
    }

    public async Task<IReadOnlyList<ImageStatus>> ListImagesAsync(CancellationToken cancellationToken)
    {
        var images = await engine.CallAsync(
            "list images", (client, token) => client.Images.ListImagesAsync(new ImagesListParameters(), token), cancellationToken).ConfigureAwait(false);
        return [.. images.Select(image => new ImageStatus(new ImageId(image.ID), Named(image.RepoTags), Named(image.RepoDigests), image.Size))];
    }

    public async Task RemoveImageAsync(ImageId id, CancellationToken cancellationToken)
    {
        // Forced, since an image with several names cannot be removed otherwise; that would take it from under stopped containers.
        var users = await engine.CallAsync(
            $"list containers of image {id}",
            (client, token) => client.Containers.ListContainersAsync(
                new ContainersListParameters
                {
                    All = true,
                    Filters = new Dictionary<string, IDictionary<string, bool>> { ["ancestor"] = new Dictionary<string, bool> { [id.Value] = true } },
                },
                token),
            cancellationToken).ConfigureAwait(false);
        if (users.FirstOrDefault(container => container.ImageID == id.Value) is { } user)
        {
            throw new RuntimeException(RuntimeErrorCode.InvalidArgument, $"remove image {id}: container {user.ID} uses it");
        }

        try
        {
            await engine.CallAsync(
                $"remove image {id}",
                (client, token) => client.Images.DeleteImageAsync(id.Value, new ImageDeleteParameters { Force = true }, token),
                cancellationToken).ConfigureAwait(false);
        }
        catch (RuntimeException e) when (e.IsNotFound)
        {
            // Gone already.
        }
    }

    /// <summary>Makes an image of a few executable files.</summary>
    public async Task ImportAsync(
        string name, IReadOnlyList<(string Path, byte[] Content)> files, string change, CancellationToken cancellationToken)
    {
        using var archive = new MemoryStream();
        var tar = new TarWriter(archive, TarEntryFormat.Ustar, leaveOpen: true);
        await using (tar.ConfigureAwait(false))
        {
            foreach (var (path, content) in files)
            {
                using var data = new MemoryStream(content);
                await tar.WriteEntryAsync(
                    new UstarTarEntry(TarEntryType.RegularFile, path)
                    {
                        Mode = (UnixFileMode)0b111_101_101,
                        ModificationTime = DateTimeOffset.UnixEpoch,
                        DataStream = data,
                    },
                    cancellationToken).ConfigureAwait(false);
            }
        }

        archive.Position = 0;
        var parsed = name.Split(':');
        string? fault = null;
        await engine.CallAsync(
            $"import {name}",
            (client, token) => client.Images.CreateImageAsync(
                new ImagesCreateParameters { FromSrc = "-", Repo = parsed[0], Tag = parsed[1], Changes = [change] },
                archive,
                null!,
                new SynchronousProgress<JSONMessage>(message => fault = message.Error?.Message ?? fault),
                token),
            cancellationToken).ConfigureAwait(false);
        if (fault is not null)
        {
            throw new RuntimeException(RuntimeErrorCode.Unknown, $"import {name}: {fault}");
        }
    }

    private async Task PullAsync(string reference, ImageReference parsed, RegistryCredentials? credentials, CancellationToken cancellationToken)
    {
        using var stalled = new CancellationTokenSource(options.Value.PullProgressTimeout, time);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(stalled.Token, cancellationToken);
        string? fault = null;
        var progress = new SynchronousProgress<JSONMessage>(message =>
        {
            fault = message.Error?.Message ?? fault;
            stalled.CancelAfter(options.Value.PullProgressTimeout);
        });
        try
        {
            await engine.CallAsync(
                $"pull {reference}",
                Timeout.InfiniteTimeSpan,
                (client, token) => client.Images.CreateImageAsync(
                    new ImagesCreateParameters { FromImage = parsed.Repository, Tag = parsed.TagOrDigest }, ToAuth(parsed, credentials), progress, token),
                both.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new RuntimeException(
                RuntimeErrorCode.ImagePullUnreachable,
                $"pull {reference}: no progress for {options.Value.PullProgressTimeout.TotalSeconds:0} s, the registry {parsed.Registry} does not answer");
        }
        catch (RuntimeException e) when (e.Code != RuntimeErrorCode.Unavailable)
        {
            throw new RuntimeException(PullFaults.CodeOf(e.Message), e.Message, e);
        }

        if (fault is not null)
        {
            throw new RuntimeException(PullFaults.CodeOf(fault), $"pull {reference}: {fault}");
        }
    }

    private static AuthConfig ToAuth(ImageReference reference, RegistryCredentials? credentials) => credentials is null
        ? new AuthConfig()
        : new AuthConfig
        {
            Username = credentials.UserName,
            Password = credentials.Password,
            IdentityToken = credentials.IdentityToken,
            ServerAddress = credentials.Server.Length > 0 ? credentials.Server : reference.Registry,
        };

    private static string[] Named(IList<string>? names) =>
        [.. (names ?? []).Where(name => !name.StartsWith("<none>", StringComparison.Ordinal))];
}
