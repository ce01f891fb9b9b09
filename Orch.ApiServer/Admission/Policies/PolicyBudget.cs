namespace Orch.ApiServer.Admission.Policies;

/// <summary>What the expressions of one policy may still cost for one request.</summary>
internal sealed class PolicyBudget(long left = PolicyBudget.Evaluation)
{
    /// <summary>Of all validations or mutations of a policy together.</summary>
    public const long Evaluation = 10_000_000;

    /// <summary>Of all match conditions together.</summary>
    public const long Conditions = 2_500_000;

    /// <summary>Below zero when it is used up.</summary>
    public long Left { get; private set; } = left;

    public void Spend(long cost) => Left -= cost;
}
