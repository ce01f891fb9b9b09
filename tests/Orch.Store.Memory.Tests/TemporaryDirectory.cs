namespace Orch.Store.Memory.Tests;

internal sealed class TemporaryDirectory : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("orch-store-").FullName;

    public string Single(string pattern) => Assert.Single(Directory.GetFiles(Path, pattern));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
