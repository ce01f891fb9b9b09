using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;
using Orch.Runtime.Docker.Engine;
using Orch.Runtime.Docker.Images;

namespace Orch.Runtime.Docker.Tests;

/// <summary>A real engine with a small image on it, or the reason why there is none.</summary>
public sealed class DockerEngineFixture : IAsyncLifetime
{
    private const string Busybox = "/bin/busybox";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private string? _absence;

    public string ImageName { get; } = $"orch-contract-{Guid.NewGuid():N}:1";

    public async Task InitializeAsync()
    {
        if (!File.Exists(Busybox))
        {
            _absence = $"{Busybox} is missing (package busybox-static)";
            return;
        }

        var options = Options.Create(new DockerRuntimeOptions());
        using var engine = new DockerEngine(options, TimeProvider.System);
        var images = new DockerImages(engine, options, TimeProvider.System);
        try
        {
            await images.ListImagesAsync(CancellationToken.None).WaitAsync(Patience);
        }
        catch (RuntimeException e)
        {
            _absence = e.Message;
            return;
        }

        await images.ImportAsync(ImageName, [("bin/busybox", await File.ReadAllBytesAsync(Busybox))], "LABEL from=image", CancellationToken.None).WaitAsync(Patience);
    }

    public async Task DisposeAsync()
    {
        if (_absence is null)
        {
            using var runtime = Create("cleanup");
            if (await runtime.FindImageAsync(ImageName, CancellationToken.None).WaitAsync(Patience) is { } image)
            {
                await runtime.RemoveImageAsync(image.Id, CancellationToken.None).WaitAsync(Patience);
            }
        }
    }

    internal DockerContainerRuntime Create(string clusterId, Action<DockerRuntimeOptions>? configure = null)
    {
        Skip.If(_absence is not null, "no Docker Engine: " + _absence);
        var options = new DockerRuntimeOptions { ClusterId = clusterId };
        configure?.Invoke(options);
        return new DockerContainerRuntime(Options.Create(options), TimeProvider.System, NullLoggerFactory.Instance);
    }

    internal static async Task RemoveAllAsync(IContainerRuntime runtime)
    {
        var sandboxes = await runtime.ListSandboxesAsync(new Dictionary<string, string>(), CancellationToken.None).WaitAsync(Patience);
        await Task.WhenAll(sandboxes.Select(sandbox => runtime.RemoveSandboxAsync(sandbox.Id, CancellationToken.None))).WaitAsync(Patience);
        var strays = await runtime.ListContainersAsync(new Dictionary<string, string>(), CancellationToken.None).WaitAsync(Patience);
        await Task.WhenAll(strays.Select(stray => runtime.RemoveContainerAsync(stray.Id, CancellationToken.None))).WaitAsync(Patience);
    }
}
