namespace Orch.Client.Informers;

/// <summary>What a <see cref="Reflector{T}"/> needs besides its client.</summary>
internal sealed record ReflectorOptions(TimeProvider Time, Random Random)
{
    /// <summary>What is cached, for the log, where its type does not say it.</summary>
    public string? Name { get; init; }

    public TimeSpan InitialBackoff { get; init; } = TimeSpan.FromMilliseconds(100);

    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(30);
}
