using k8s.Models;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Orch.ApiServer.Hosting;
using Orch.ApiServer.Registry;
using Orch.ApiServer.Tests.Fixtures;
using Orch.Client;
using Orch.Storage;
using Orch.Testing.Time;

namespace Orch.ApiServer.Tests.Hosting;

public sealed class ExpiryTests
{
    [Fact]
    public async Task Event_AnHourAfterItsLastWrite_IsGone()
    {
        var time = new FakeTimeDriver();
        await using var server = await TestServer.StartAsync();
        using var stop = new CancellationTokenSource();
        var services = server.Services;
        var loop = new ExpiryLoop(services.GetRequiredService<ServedResources>(), services.GetRequiredService<IStore>(), time.Time, NullLogger<ExpiryLoop>.Instance);
        var running = loop.RunAsync(stop.Token);
        var events = server.Admin.Resource<Corev1Event>();
        await events.CreateAsync(Event("old"), CancellationToken.None);
        var kept = await events.CreateAsync(Event("kept"), CancellationToken.None);

        await time.AdvanceAsync(TimeSpan.FromMinutes(40));
        var again = Orch.Serialization.ApiJson.DeepCopy(kept);
        again.Count = 2;
        await events.UpdateAsync(again, CancellationToken.None);
        await time.AdvanceAsync(TimeSpan.FromMinutes(25));

        await Patience.UntilAsync(() => Names().SequenceEqual(["kept"]), "the old event to go");
        await time.AdvanceAsync(TimeSpan.FromMinutes(45));
        await Patience.UntilAsync(() => Names().Length == 0, "the other to go");

        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running.Within("the loop to end"));

        string[] Names() => [.. events.ListAsync(ListRequest.All, CancellationToken.None).GetAwaiter().GetResult().Items.Select(item => item.Metadata.Name)];
    }

    private static Corev1Event Event(string name) => new()
    {
        Metadata = new V1ObjectMeta { Name = name, NamespaceProperty = "default" },
        InvolvedObject = new V1ObjectReference { Kind = "Pod", Name = "p", NamespaceProperty = "default", ApiVersion = "v1" },
        Reason = "Test", Message = "m", Type = "Normal", Count = 1,
    };
}
