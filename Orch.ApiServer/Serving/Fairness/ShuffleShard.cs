namespace Orch.ApiServer.Serving.Fairness;

/// <summary>Deals each flow a hand of queues: two flows seldom have the same hand, so that a flow which fills its queues leaves others a way.</summary>
internal static class ShuffleShard
{
    /// <summary>The most queues that a hand may have.</summary>
    public const int MaxHand = 16;

    /// <summary>Of a schema and a flow; the same on every server and run.</summary>
    public static ulong HashOf(string schema, string flow)
    {
        var hash = 14695981039346656037UL;
        foreach (var letter in schema) { hash = (hash ^ letter) * 1099511628211UL; }
        hash = (hash ^ 0xFFFF) * 1099511628211UL;
        foreach (var letter in flow) { hash = (hash ^ letter) * 1099511628211UL; }

        // The low bits of the above are weak, and the deal takes remainders.
        hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdUL;
        hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53UL;
        return hash ^ (hash >> 33);
    }

    /// <summary>Fills the hand with different queues of a deck.</summary>
    public static void Deal(ulong hash, int deck, Span<int> hand)
    {
        for (var dealt = 0; dealt < hand.Length; dealt++)
        {
            var left = (ulong)(deck - dealt);
            var card = (int)(hash % left);
            hash /= left;
            // The card counts among those not dealt yet: step over each dealt one that is not above it, in their order.
            var sorted = hand[..dealt];
            var place = 0;
            while (place < dealt && sorted[place] <= card) { card++; place++; }
            for (var shift = dealt; shift > place; shift--) { hand[shift] = hand[shift - 1]; }
            hand[place] = card;
        }
    }
}
