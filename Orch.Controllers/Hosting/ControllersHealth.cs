using Orch.Health;

namespace Orch.Controllers.Hosting;

/// <summary>Whether the controllers of this process run, or stand by for those that do.</summary>
internal sealed class ControllersHealth : IComponentHealth
{
    private string? _fault = "the controllers have not started";

    public string Name => "controller-manager";

    /// <summary>They run.</summary>
    public void Run() => Volatile.Write(ref _fault, null);

    /// <summary>They do not run any more.</summary>
    public void Stop(string reason) => Volatile.Write(ref _fault, reason);

    public ValueTask<string?> CheckAsync(CancellationToken cancellationToken) => new(Volatile.Read(ref _fault));
}
