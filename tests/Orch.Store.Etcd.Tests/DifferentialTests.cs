using CsCheck;
using Orch.Contracts.Storage;
using Orch.Store.Memory;

namespace Orch.Store.Etcd.Tests;

[Trait("Needs", "Etcd")]
public sealed class DifferentialTests(EtcdServer server) : IClassFixture<EtcdServer>
{
    [SkippableFact]
    public async Task AnyScript_SeesTheSameOnMemoryAndOnEtcd()
    {
        EtcdServer.SkipIfMissing();
        await StoreScript.Steps.SampleAsync(
            async steps =>
            {
                await using var memory = new MemoryStore();
                using var etcd = server.NewStore();
                Assert.Equal(await new StoreScriptRunner(memory).RunAsync(steps), await new StoreScriptRunner(etcd).RunAsync(steps));
            },
            iter: 30,
            threads: 1);
    }
}
