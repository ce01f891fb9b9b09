using System.Net;
using Orch.Networking.Proxy;

namespace Orch.Networking.Tests.Proxy;

public sealed class SlotsTests
{
    [Fact]
    public void Keep_AnyChange_HasExactlyTheWantedAndMovesFewest()
    {
        var random = new Random(3);
        IReadOnlyList<IPEndPoint> slots = [];
        for (var round = 0; round < 2000; round++)
        {
            var wanted = Enumerable.Range(0, 12).Where(_ => random.Next(2) == 0).Select(i => new IPEndPoint(new IPAddress([10, 0, 0, (byte)i]), 80)).ToList();
            var next = Slots.Keep(slots, wanted);

            Assert.Equal(wanted.ToHashSet(), next.ToHashSet());
            Assert.Equal(wanted.Count, next.Count);
            for (var i = 0; i < Math.Min(slots.Count, next.Count); i++)
            {
                if (wanted.Contains(slots[i])) { Assert.Equal(slots[i], next[i]); }
            }

            slots = next;
        }
    }
}
