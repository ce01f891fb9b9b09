namespace Orch.ApiServer.Serving.Fairness;

/// <summary>Seats that a request holds.</summary>
internal readonly struct FlowTicket(PriorityLevel level, int width, Waiter? waiter)
{
    /// <summary>Gives them back; once.</summary>
    public void Leave() => level?.Leave(width, waiter);
}
