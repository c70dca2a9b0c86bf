variable "identity" {
  description = "As of the action: irsa or pod-identity."
  type        = string

  validation {
    condition     = contains(["irsa", "pod-identity"], var.identity)
    error_message = "identity is irsa or pod-identity."
  }
}

variable "repository" {
  description = "The repository whose jobs are let in, as owner/name."
  type        = string

  validation {
    condition     = can(regex("^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", var.repository))
    error_message = "repository is owner/name."
  }
}

variable "repository_with_ids" {
  description = "The same with its ids, as owner@1001/name@2002. Repositories made since 15 July 2026 sign in under this form."
  type        = string
  default     = null

  validation {
    condition     = var.repository_with_ids == null || can(regex("^[A-Za-z0-9-]+@[0-9]+/[A-Za-z0-9._-]+@[0-9]+$", var.repository_with_ids))
    error_message = "repository_with_ids is owner@1001/name@2002."
  }
}

variable "branch" {
  description = "The branch that checks and applies run on, and plans besides pull requests."
  type        = string
  default     = "main"
}

variable "environment" {
  description = "The environment that applies run in, best one with reviewers. Without it, they run on the branch."
  type        = string
  default     = null
}

variable "github_provider_arn" {
  description = "The account's OIDC provider for GitHub. Without it, one is made: an account has one at most."
  type        = string
  default     = null
}

variable "cluster_name" {
  description = "The EKS cluster that hosts the Space."
  type        = string
}

variable "workload_role_name" {
  description = "Input role-name of the action. Without it, <cluster_name>-shared-secrets."
  type        = string
  default     = null
}

variable "workload_role_path" {
  description = "Input role-path of the action."
  type        = string
  default     = "/"
}

variable "kubernetes_groups" {
  description = "The Kubernetes group of each role."
  type        = object({ plan = string, check = string, apply = string })
  default     = { plan = "spaces-plan", check = "spaces-check", apply = "spaces-apply" }
}
