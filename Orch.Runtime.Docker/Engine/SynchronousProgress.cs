namespace Orch.Runtime.Docker.Engine;

/// <summary>Reports on the caller's thread and in order, which <see cref="Progress{T}"/> does not.</summary>
internal sealed class SynchronousProgress<T>(Action<T> report) : IProgress<T>
{
    public void Report(T value) => report(value);
}
