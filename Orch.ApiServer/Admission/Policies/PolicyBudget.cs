namespace Orch.ApiServer.Admission.Policies;

/// <summary>What some expressions together may still cost.</summary>
internal sealed class PolicyBudget(long left = PolicyBudget.Evaluation)
{
    /// <summary>Of all validations of a policy with their messages, of all its annotations, and of one mutation.</summary>
    public const long Evaluation = 10_000_000;

    /// <summary>Of all match conditions together.</summary>
    public const long Conditions = 2_500_000;

    /// <summary>What is said when it is used up.</summary>
    public const string SpentText = "validation failed due to running out of cost budget, no further validation rules will be run";

    /// <summary>Below zero when it is used up.</summary>
    public long Left { get; private set; } = left;

    /// <summary>Whether more was asked for than there was.</summary>
    public bool IsSpent => Left < 0;

    public void Spend(long cost) => Left -= cost;
}
