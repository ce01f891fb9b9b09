namespace Orch.ApiServer.Serving.Fairness;

/// <summary>Seats that a request holds.</summary>
internal readonly struct FlowTicket(PriorityLevel level, Work work, Waiter? waiter)
{
    /// <summary>Gives them back, at once or when the watchers have been told; once.</summary>
    public void Leave() => level?.Leave(work, waiter);
}
